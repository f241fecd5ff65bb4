"""The doctor's look at the machine that it runs on. What it looks at in the shop: `jobs.checkup`."""
