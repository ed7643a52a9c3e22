"""Makes someone come: incidents, who is called and when, what the texts say, and what people answer."""
