// Package cli is the terminal's face of Entente: one file per command, each with
// a newXCommand(app), listed in newRoot. Commands read flags, ask package view
// for a page and print it; they hold no rules about the data.
//
// A command gets everything it touches from an [App], so that a test runs the
// real thing in-process.
package cli
