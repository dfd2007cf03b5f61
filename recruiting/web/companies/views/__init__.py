"""The pages of profile, invitations and Company Settings, a module per noun."""
