#!/bin/sh
# Chromium, its driver and coturn (the relay of video calls) for the journeys: from Debian's packages when they are
# missing and we may install them. Without coturn the video journey meets directly, as one machine alone does.
has() { for program in "$@"; do command -v "$program" >/dev/null || return 1; done; }
has chromium chromedriver turnserver && exit 0
if ! has apt-get; then
  has chromium chromedriver && exit 0
  echo "The tests need chromium and chromedriver on the PATH; install them and run 'make test' again." >&2; exit 1
fi
if [ "$(id -u)" = 0 ]; then sudo=""; elif has sudo && sudo -n true 2>/dev/null; then sudo="sudo"; else
  has chromium chromedriver && exit 0
  echo "The tests need Chromium: sudo apt-get install chromium chromium-driver coturn" >&2; exit 1
fi
export DEBIAN_FRONTEND=noninteractive
install() { $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
$sudo apt-get update -qq
has turnserver || install coturn || echo "coturn could not be installed: the video journey meets directly" >&2
has chromium chromedriver || install chromium chromium-driver || {
  echo "Chromium could not be installed; the journeys need it." >&2; exit 1; }
