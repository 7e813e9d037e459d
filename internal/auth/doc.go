// Package auth says who asks and what they may do: accounts with passwords,
// sessions, API tokens, OpenID Connect, one table of roles and actions, limits
// on guessing, and the audit log.
//
// Start with these files:
//
//   - actions.go holds the one table: which role may do what, and which scope
//     lets an API token do it. Nothing else in the program decides this.
//   - gate.go is the one place where a request is identified and refused.
//   - store.go is what must be kept; package store implements it in SQL.
//   - config.go says when the server may start at all.
//
// The package renders no page and writes no log. It returns errors, and enters
// what happened in the audit log. No password, token or provider's answer
// stands in an error or in an entry.
package auth
