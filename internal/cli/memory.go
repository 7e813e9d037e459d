package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The soft bound of a server's memory, in bytes: at least leastMemory, and half as
// much again as what it keeps, with some room.
const (
	leastMemory = 80 << 20
	someRoom    = 20 << 20
	memoryEvery = 2 * time.Second
)

// frugal gives a server that keeps many objects a soft bound of memory, which
// moves with what it keeps, unless the operator has set one (GOMEMLIMIT). Without
// it the collector lets the heap grow to twice what is kept, and gives back late
// what a slow hash of a password took. (Collecting more often, by GOGC, costs a
// server that keeps little yet half as much time again while it takes objects in.)
func (g *global) frugal() {
	if g.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(leastMemory)
		go boundMemory(g.ctx)
	}
}

// boundMemory moves the bound until ctx ends.
func boundMemory(ctx context.Context) {
	kept := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if metrics.Read(kept); kept[0].Value.Kind() == metrics.KindUint64 {
				debug.SetMemoryLimit(max(leastMemory, int64(kept[0].Value.Uint64())*3/2+someRoom))
			}
		}
	}
}
