"""Schedule, lifetimes, solver, regions: from a Graph to a MemoryPlan."""
