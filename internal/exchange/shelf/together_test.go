package shelf_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/taxii"
)

// Several writers and pollers in two processes, while the rules change: nobody
// loses anything or gets it twice.
func TestWritersAndPollers(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		desks := []*desk{d, openDesk(t, d.place, d.clock)}
		const writers, posts, each, pollers = 4, 12, 6, 4
		d.edit(func(s *partner.Settings) {
			for i := range pollers {
				id := fmt.Sprint("p", i)
				s.Partners = append(s.Partners, partner.Partner{Partner: handling.Partner{ID: id}})
				s.Communities[0].Members = append(s.Communities[0].Members, handling.Member{Partner: id, Clearance: handling.Amber})
			}
		})
		time.Sleep(partner.Lag + 10*time.Millisecond)
		var writing, polling sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				d := desks[w%2]
				for p := range posts {
					var raws []string
					for i := range each {
						raws = append(raws, thing{n: 1 + w*10_000 + p*100 + i, maker: aID, mark: marks[i%4]}.raw())
					}
					// One object that all of them bring at once.
					raws = append(raws, thing{n: 900_000 + p, maker: aID, mark: clear0}.raw())
					if st := d.post("a", pool, raws...); st.FailureCount > 0 {
						t.Errorf("%+v", st.Failures)
					}
				}
			})
		}
		stop := make(chan struct{})
		writing.Go(func() { // the rules
			for i := range 10 {
				d.clear("all", fmt.Sprint("p", i%pollers), handling.Green+handling.TLP(i%3))
				time.Sleep(5 * time.Millisecond)
			}
		})
		got := make([]map[string]int, pollers)
		after := make([]taxii.Stamp, pollers)
		for i := range pollers {
			got[i] = map[string]int{}
			polling.Go(func() {
				for n := 0; ; n++ {
					done := false
					select {
					case <-stop:
						done = true
					default:
					}
					q := all
					q.AddedAfter, q.Limit = after[i], 7
					p := desks[(i+n)%2].page(fmt.Sprint("p", i), pool, q)
					for _, r := range p.Records {
						got[i][key(r)]++
						after[i] = r.Added
					}
					if done && len(p.Records) == 0 {
						return
					}
				}
			})
		}
		writing.Wait()
		time.Sleep(partner.Lag + 10*time.Millisecond)
		close(stop)
		polling.Wait()
		for i := range pollers {
			want := d.walk(fmt.Sprint("p", i), pool, all)
			slices.Sort(want)
			for _, k := range want {
				if got[i][k] == 0 {
					t.Errorf("p%d has lost %s", i, k)
				}
			}
			for _, k := range slices.Sorted(maps.Keys(got[i])) {
				if got[i][k] > 1 {
					t.Errorf("p%d got %s %d times", i, k, got[i][k])
				}
			}
			if len(want) < writers*posts*each/4 {
				t.Errorf("p%d may have %d", i, len(want))
			}
		}
		entries, err := d.Versions(t.Context(), thing{n: 900_000}.id())
		if err != nil || len(entries) == 0 {
			t.Fatal(err)
		}
		lying := 0
		for _, e := range entries {
			if e.State == "lies" {
				lying++
			}
		}
		if lying != 1 {
			t.Errorf("an object that several brought lies there %d times", lying)
		}
		(&world{T: t, desks: desks}).once()
	})
}
