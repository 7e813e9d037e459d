//go:build !unix

package pgtest

import (
	"os/exec"
)

func give(string) error { return ErrNone }

func drop(*exec.Cmd) error { return ErrNone }

func kill(int) error { return ErrNone }
