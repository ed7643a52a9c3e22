"""The console in a browser: a door with the house's own logins, and one console process behind each open page."""
