package authtest_test

import (
	"testing"

	"entente/internal/auth"
	"entente/internal/auth/authtest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	authtest.Contract(t, func() auth.Store { return authtest.New() })
}
