"""Five lectures as data: what each scene asks, which picture answers, and the numbers that a test holds."""
