"""What goes in and what comes out, a module a resource: one of `views` for each."""
