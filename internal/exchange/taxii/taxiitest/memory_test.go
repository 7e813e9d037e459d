package taxiitest_test

import (
	"testing"

	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/taxiitest"
)

// The server over the plain backend passes every check.
func TestMemory(t *testing.T) {
	taxiitest.Run(t, func(t *testing.T) taxiitest.Target {
		return taxiitest.NewMemoryTarget(t, taxii.Options{MaxContent: 1 << 20})
	})
}

// The same with several at a time: the name brings it under the race detector.
func TestMemoryAtOnce(t *testing.T) {
	taxiitest.AtOnce(t, func(t *testing.T) taxiitest.Target {
		return taxiitest.NewMemoryTarget(t, taxii.Options{Gzip: true})
	})
}
