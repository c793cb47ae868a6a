"""What was said: conversations and their messages, as staff and the person read and answer them."""
