// Package view shapes what the analyses find into what the faces show: one
// plain, documented, versioned structure per page, which is at once the JSON of
// the command, the JSON twin of the web page, the rows of its CSV twin, and what
// templates, terminal and documents read.
//
// It holds no rules of its own: it names, orders and labels.
package view
