package store

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"

	"entente/internal/datapackage"
)

// wordSum adds up the tokens of a head: two sets of tokens with the same sum and
// number are the same, but for one case in many billions.
type wordSum struct {
	sum   uint64
	count int32
}

func (w *wordSum) add(tokens string) {
	for t := range strings.FieldsSeq(tokens) {
		w.sum += termHash([]byte(t))
		w.count++
	}
}

func termHash(term []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(term) // a hash takes everything
	return h.Sum64()
}

// longHead is a head whose words come also from a text beside its body.
type longHead struct {
	p    *prepared
	n    int64
	text string
	refs []datapackage.Ref
}

// expect notes what the index should hold for a record.
func (v *verifier) expect(r *record) {
	var refs []datapackage.Ref
	if r.live != 0 && datapackage.Columns(r.key.Kind) != nil {
		if row, err := DecodeRow(r.key.Kind, []byte(r.liveBody)); err == nil {
			refs = row.Refs()
		}
	}
	if r.text != "" { // fetched when the versions are through
		v.long = append(v.long, longHead{r.last, r.n, r.text, refs})
		return
	}
	w := wordSum{}
	w.add(r.last.indexed("", refs))
	v.words[r.n] = w
}

// index compares the index of words with what it should hold.
func (v *verifier) index(ctx context.Context) error {
	for _, l := range v.long {
		var text string
		if err := v.q.QueryRowContext(ctx, "SELECT text FROM texts WHERE hash = $1", l.text).Scan(&text); err != nil && !noRows(err) {
			return err
		}
		w := wordSum{}
		w.add(l.p.indexed(text, l.refs))
		v.words[l.n] = w
	}
	v.out.Indexed = int64(len(v.words))
	strays := 0
	err := v.s.engine.terms(ctx, v.q, func(n int64, hash uint64) error {
		w, there := v.words[n]
		if !there {
			strays++
			return nil
		}
		w.sum -= hash
		w.count--
		v.words[n] = w
		return nil
	})
	if err != nil {
		return err
	}
	if strays > 0 {
		v.fault("index of words", "%d entries belong to no record", strays)
	}
	var wrong []int64
	for n, w := range v.words {
		if w != (wordSum{}) {
			wrong = append(wrong, n)
		}
	}
	slices.Sort(wrong)
	for _, n := range wrong[:min(len(wrong), maxFaults)] {
		var k Key
		if err := v.q.QueryRowContext(ctx, "SELECT kind, id FROM versions WHERE n = $1", n).Scan(&k.Kind, &k.ID); err != nil {
			return err
		}
		v.fault(k.String(), "the index of words does not agree with it")
	}
	return nil
}
