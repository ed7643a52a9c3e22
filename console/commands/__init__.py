"""One module for each family of subcommands; `console.command` imports the one that is asked for."""
