package auth

import "slices"

// Role is what an account is trusted with. Each role may do all that the role
// before it may.
type Role string

// The closed list of roles, from the least trusted. Visitor and Guest are never
// given to an account: they stand for a request that nobody signed.
const (
	Visitor  Role = "visitor"  // nobody has signed in
	Guest    Role = "guest"    // the same, where the published corpus is open to all
	Reader   Role = "reader"   // reads and exports what is published
	Coder    Role = "coder"    // reads sources and codes them
	Reviewer Role = "reviewer" // reviews and settles codings
	Editor   Role = "editor"   // publishes, and keeps the codebook and the imports
	Admin    Role = "admin"    // keeps accounts, backups and the audit log
)

// ranks is the order of the roles.
var ranks = []Role{Visitor, Guest, Reader, Coder, Reviewer, Editor, Admin}

// Roles lists the roles that an account can have, the least trusted first.
func Roles() []Role { return slices.Clone(ranks[slices.Index(ranks, Reader):]) }

// Valid tells whether an account can have the role.
func (r Role) Valid() bool { return r.rank() >= Reader.rank() }

// rank is the place of a role in the order, -1 for an unknown one.
func (r Role) rank() int { return slices.Index(ranks, r) }

// AtLeast tells whether r may do all that s may. An unknown role is never at
// least anything, and nothing is at least an unknown role.
func (r Role) AtLeast(s Role) bool {
	return r.rank() >= 0 && s.rank() >= 0 && r.rank() >= s.rank()
}
