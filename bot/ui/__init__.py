"""What a person sees: embeds, views, texts."""
