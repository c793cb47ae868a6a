"""What SMS and WhatsApp over Twilio share: the client, the signature, the codes, the webhooks."""
