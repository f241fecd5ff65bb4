"""Users and their roles. Passwords and sign-in limits are Django's; rights hang on the role."""
