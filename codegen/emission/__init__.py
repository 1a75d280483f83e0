"""MemoryPlan to CModule: names, C values, templates, the plan as JSON."""
