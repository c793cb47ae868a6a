"""A carrier that speaks Twilio's Messages API and sends signed webhooks and status callbacks."""
