package desk

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// TestHosts: numbers need no name, and the hosts that are asked take turns with
// the others.
func TestHosts(t *testing.T) {
	var list []string
	for _, h := range []string{"a.example", "192.0.2.1", "", "2001:db8::1", "a.example", "b.example"} {
		list = withHost(list, h)
	}
	if got := strings.Join(spread(list, []string{"c.example", "b.example"}), " "); got != "c.example a.example b.example" {
		t.Errorf("%q", got)
	}
}

// TestOnline: without names there is no network.
func TestOnline(t *testing.T) {
	none := func(context.Context, string, string) ([]netip.Addr, error) { return nil, errors.New("no such host") }
	one := func(_ context.Context, _, host string) ([]netip.Addr, error) {
		if host == "b.example" {
			return nil, nil
		}
		return nil, errors.New("no such host")
	}
	for _, c := range []struct {
		name  string
		find  func(context.Context, string, string) ([]netip.Addr, error)
		hosts []string
		want  bool
	}{
		{"no name is found", none, []string{"a.example", "b.example"}, false},
		{"one of several is found", one, []string{"a.example", "b.example", "c.example"}, true},
		{"the one that is found comes too late", one, []string{"1.example", "2.example", "3.example", "4.example", "5.example", "b.example"}, false},
	} {
		if got := online(t.Context(), c.find, c.hosts); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	stuck := func(ctx context.Context, _, _ string) ([]netip.Addr, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if online(gone, stuck, []string{"a.example"}) {
		t.Error("a check that was given up says that there is a network")
	}
}
