#!/bin/sh
# Chromium, its driver and coturn (the relay of video calls) for the journeys: from Debian's packages when they are
# missing and we may install them.
command -v chromium >/dev/null && command -v chromedriver >/dev/null && command -v turnserver >/dev/null && exit 0
if ! command -v apt-get >/dev/null; then
  echo "The tests need chromium, chromedriver and turnserver (coturn) on the PATH; install them and run 'make test' again." >&2; exit 1
fi
if [ "$(id -u)" = 0 ]; then sudo=""; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo"; else
  echo "The tests need Chromium and coturn: sudo apt-get install chromium chromium-driver coturn" >&2; exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends chromium chromium-driver coturn >/dev/null || {
  echo "Chromium or coturn could not be installed; the journeys need them." >&2; exit 1; }
