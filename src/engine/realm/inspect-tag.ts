/** The method through which classes of ours say how console.log should show them. Not reachable from tasks by name. */
export const inspectTag: unique symbol = Symbol('inspect');
