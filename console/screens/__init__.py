"""The screens of the console. They show views and turn keys into requests; they read and write nothing."""
