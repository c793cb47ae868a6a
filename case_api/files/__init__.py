"""Files with their steps, documents and reports, benefits."""
