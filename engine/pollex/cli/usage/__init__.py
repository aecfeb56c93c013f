"""How each command is used: its arguments and its help, by what people come for."""
