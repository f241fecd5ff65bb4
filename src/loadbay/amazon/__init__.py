"""The only room that speaks Amazon: client, tokens, rate budget, wire shapes, adapters."""
