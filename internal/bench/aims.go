package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"time"

	"entente/analysis/congruence"
	"entente/analysis/idealpoint"
	"entente/internal/archive"
	"entente/internal/ingest/voeten"
)

// used is what a piece of work took: processor seconds of the process, wall
// seconds, and megabytes allocated.
type used struct{ cpu, wall, mb float64 }

func measure(f func() error) (used, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c, start := cpuSeconds(), time.Now()
	err := f()
	u := used{cpu: cpuSeconds() - c, wall: time.Since(start).Seconds()}
	runtime.ReadMemStats(&after)
	u.mb = float64(after.TotalAlloc-before.TotalAlloc) / 1e6
	return u, err
}

func aim(what string, u used, beside string, alt used) {
	fmt.Printf("%-52s %7.2f CPU s %7.2f s wall %8.0f MB allocated  beside %-34s %7.2f CPU s  ratio %.2f\n", what, u.cpu, u.wall, u.mb, beside, alt.cpu, u.cpu/alt.cpu)
}

// aims measures the votes, the scale and the networks at full size.
func aims() error {
	a, err := archive.UNGA()
	if err != nil {
		return err
	}
	fmt.Printf("\nvotes, ideal points, networks: %d roll calls, %d seats; CPU seconds of one process\n", len(a.Calls), len(a.Seats))
	if err := importing(a); err != nil {
		return err
	}
	if err := scaling(a); err != nil {
		return err
	}
	return network()
}

// importing reads 1,000,000 synthetic votes in the layout of Voeten's file.
func importing(a *archive.Archive) error {
	var b bytes.Buffer
	b.WriteString("rcid,ccode,member,vote,Country,Countryname,session,abstain,yes,no,importantvote,date,unres,amend,para,short,descr,me,nu,di,hr,co,ec\n")
	rng := rand.New(rand.NewPCG(1, 2))
	n := 0
	for call := 0; n < 1_000_000; call++ {
		for i := range a.Seats {
			s := &a.Seats[i]
			if len(s.Numbers) == 0 {
				continue
			}
			fmt.Fprintf(&b, "%d,%d,1,%d,%s,Synthetic,%d,0,0,0,,2001-01-01,R/%d/%d,0,0,Synthetic,x,0,0,0,0,0,0\n", call+1, s.Numbers[0], 1+rng.IntN(3), s.Code, 1+call/100, 1+call/100, call)
			n++
		}
	}
	raw := b.Bytes()
	got, err := measure(func() error {
		_, _, err := voeten.Import("synthetic.csv", bytes.NewReader(raw), a.Seats)
		return err
	})
	if err != nil {
		return err
	}
	floor, err := measure(func() error {
		r := csv.NewReader(bytes.NewReader(raw))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	aim(fmt.Sprintf("import %d votes (synthetic)", n), got, "parse the CSV only", floor)
	return nil
}

// scaling fits sessions 1 to 75, points alone and with joint intervals.
func scaling(a *archive.Archive) error {
	var calls []int
	for i := range a.Calls {
		calls = append(calls, i)
	}
	v := a.Arrays(calls, archive.Rules{Bridge: true, Published: true})
	d := &idealpoint.Data{States: v.States, Sessions: v.Sessions}
	for _, id := range v.Items {
		d.Items = append(d.Items, idealpoint.Item{ID: id})
	}
	for i := range v.State {
		d.Votes = append(d.Votes, idealpoint.Vote{State: v.State[i], Session: v.Session[i], Item: v.Item[i], Y: v.Answer[i]})
	}
	fit := func(o idealpoint.Options) (used, *idealpoint.Result, error) {
		var r *idealpoint.Result
		u, err := measure(func() (err error) { r, err = idealpoint.Fit(d, o); return err })
		return u, r, err
	}
	points, r, err := fit(idealpoint.Options{Intervals: idealpoint.NoIntervals})
	if err != nil {
		return err
	}
	binary, _, err := fit(idealpoint.Options{Intervals: idealpoint.NoIntervals, Binary: idealpoint.AbstainNo})
	if err != nil {
		return err
	}
	aim(fmt.Sprintf("ideal points, ordinal: %d votes, %d sweeps", r.Votes, r.Iterations), points, "the binary model, here", binary)
	joint, _, err := fit(idealpoint.Options{})
	if err != nil {
		return err
	}
	aim("the same with joint intervals", joint, "points alone", points)
	return peers(a)
}

// network computes the congruence of a million synthetic statements.
func network() error {
	const statements, actors, concepts = 1_000_000, 193, 6_000
	rng := rand.New(rand.NewPCG(3, 4))
	ev := &congruence.Events{Scale: congruence.Scale{Kind: congruence.Binary}}
	for i := range actors {
		ev.Actors = append(ev.Actors, fmt.Sprintf("synthetic%03d", i))
	}
	for i := range concepts {
		ev.Concepts = append(ev.Concepts, fmt.Sprintf("concept%04d", i))
	}
	for range statements {
		ev.Actor = append(ev.Actor, int32(rng.IntN(actors)))
		ev.Concept = append(ev.Concept, int32(rng.IntN(concepts)))
		ev.Qualifier = append(ev.Qualifier, float64(rng.IntN(2)))
		ev.Document = append(ev.Document, int32(rng.IntN(200_000)))
	}
	o := congruence.Default()
	o.Duplicates = congruence.PerDocument
	got, err := measure(func() error { _, err := congruence.New(ev, o); return err })
	if err != nil {
		return err
	}
	alt, err := measure(func() error { pairwise(ev); return nil })
	if err != nil {
		return err
	}
	aim("congruence of 1,000,000 statements (synthetic)", got, "hash maps, pair by pair", alt)
	return nil
}

// pairwise is the alternative: what one writes first, with a hash set for
// duplicates and a hash map of pairs.
func pairwise(ev *congruence.Events) map[[2]int32]int {
	type key struct {
		actor, concept, document int32
		qualifier                float64
	}
	seen := map[key]bool{}
	by := map[int32][]key{}
	for i := range ev.Actor {
		k := key{ev.Actor[i], ev.Concept[i], ev.Document[i], ev.Qualifier[i]}
		if !seen[k] {
			seen[k] = true
			by[k.concept] = append(by[k.concept], k)
		}
	}
	out := map[[2]int32]int{}
	for _, list := range by {
		counts := map[[2]int32]int{} // actor and side: how often
		for _, k := range list {
			counts[[2]int32{k.actor, int32(k.qualifier)}]++
		}
		for a, n := range counts {
			for b, m := range counts {
				if a[0] < b[0] && a[1] == b[1] {
					out[[2]int32{a[0], b[0]}] += n * m
				}
			}
		}
	}
	return out
}
