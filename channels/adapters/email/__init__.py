"""Mail, in and out. See README.md. Kept empty of imports: the capped parser process loads this package too."""
