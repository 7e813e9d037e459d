package cli

import (
	"errors"
	"syscall"

	"entente"
)

// closedPipe forgives a reader that has seen enough ("entente … | head") and
// gives any other failure to write its kind.
func closedPipe(err error) error {
	switch {
	case err == nil || errors.Is(err, syscall.EPIPE):
		return nil
	}
	return &entente.Error{Kind: entente.Unavailable, Place: "standard output", Msg: "it cannot be written to", Err: err}
}
