// Package inbox keeps what partners sent apart from what the node's own people
// published, until somebody accepts, rejects or merges it. Nothing in it counts in
// any figure.
package inbox
