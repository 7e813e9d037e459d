package trial_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"entente/internal/exchange/node"
	"entente/internal/exchange/stix"
)

// help is what this program does as one of the helpers: the same as the program
// itself, with what only a trial needs.
func help(ctx context.Context, role string, args []string) error {
	f := flag.NewFlagSet(role, flag.ContinueOnError)
	dir := f.String("node", "", "folder of the node")
	listen := f.String("listen", "", "address")
	plain := f.Bool("plain", false, "without TLS")
	place := f.String("collection", "", "collection")
	creator := f.String("creator", "", "maker of objects")
	seed := f.Uint64("seed", 0, "of random choices")
	from := f.String("partner", "", "partner to read from")
	if err := f.Parse(args); err != nil {
		return err
	}
	clock, err := clock()
	if err != nil {
		return err
	}
	n, err := node.Open(ctx, *dir, node.Options{Now: clock, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		return err
	}
	defer func() { _ = n.Close() }() // what was written was committed
	switch role {
	case "serve":
		return n.Serve(ctx, node.ServeOptions{Addr: *listen, Plain: *plain, PerMinute: -1, Stdout: os.Stdout})
	case "put":
		return put(ctx, n, newMaker(*seed, "put", stix.ID(*creator), *place))
	case "sync":
		r, err := n.Sync(ctx, *from, node.SyncOptions{Compare: true})
		if r != nil {
			fmt.Printf("new %d, faults %q, findings %v\n", r.New(), r.Faults, r.Findings)
		}
		return err
	}
	return fmt.Errorf("there is no role %q", role)
}

// put lays objects into a collection, without end. Each is announced before and
// told once it is kept.
func put(ctx context.Context, n *node.Node, m *maker) error {
	for {
		list := m.next(1 + m.rnd.IntN(10))
		var objects []*stix.Object
		var words strings.Builder
		for _, x := range list {
			o, faults := stix.Parse([]byte(x.raw), stix.DefaultLimits)
			if len(faults) > 0 {
				return fmt.Errorf("%v", faults)
			}
			objects = append(objects, o)
			fmt.Fprintf(&words, "sent %d %s\n", x.level, x.raw)
		}
		if _, err := os.Stdout.WriteString(words.String()); err != nil {
			return err
		}
		if _, err := n.Shelf.Put(ctx, m.place, objects); err != nil {
			return err
		}
		words.Reset()
		for _, x := range list {
			fmt.Fprintf(&words, "kept %s\n", x.key)
		}
		if _, err := os.Stdout.WriteString(words.String()); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// clock is the system's clock, or a wrong one.
func clock() (func() time.Time, error) {
	v := os.Getenv(envClock)
	if v == "" {
		return time.Now, nil
	}
	if d, err := time.ParseDuration(v); err == nil {
		return func() time.Time { return time.Now().Add(d) }, nil
	}
	var mu sync.Mutex
	var off time.Duration
	var looked time.Time
	read := func() error {
		text, err := os.ReadFile(v)
		if err != nil {
			return err
		}
		d, err := time.ParseDuration(strings.TrimSpace(string(text)))
		if err == nil {
			off = d
		}
		return err
	}
	if err := read(); err != nil {
		return nil, errors.Join(errors.New(envClock), err)
	}
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(looked) > 20*time.Millisecond {
			_ = read() // it is being written: the old offset counts
			looked = time.Now()
		}
		return time.Now().Add(off)
	}, nil
}
