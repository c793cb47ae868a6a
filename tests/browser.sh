#!/bin/sh
# Chromium and its driver for the journeys: from Debian's packages when they are missing and we may install them.
command -v chromium >/dev/null && command -v chromedriver >/dev/null && exit 0
if ! command -v apt-get >/dev/null; then
  echo "The tests need chromium and chromedriver on the PATH; install them and run 'make test' again." >&2; exit 1
fi
if [ "$(id -u)" = 0 ]; then sudo=""; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo"; else
  echo "The tests need Chromium: sudo apt-get install chromium chromium-driver" >&2; exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null || {
  echo "Chromium could not be installed; the journeys need it." >&2; exit 1; }
