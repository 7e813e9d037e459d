// Package node is a node of the exchange as a whole: its store, its settings, its
// log and its keys brought together. It shares records with partners, takes them
// back, serves partners over HTTPS, reads what partners share, and gives and
// collects the proofs.
package node
