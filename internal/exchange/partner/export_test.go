package partner

import (
	"time"

	"entente/internal/auth"
)

// Cheap makes the password hash cheap, for tests.
func (b *Book) Cheap() { b.params = auth.Params{Memory: 64, Time: 1, Threads: 1} }

// Ticks puts another clock in the place of the one that nobody sets.
func (b *Book) Ticks(f func() time.Duration) { b.ticks = f }

// HoldsSecret is exported for a test.
var HoldsSecret = holdsSecret
