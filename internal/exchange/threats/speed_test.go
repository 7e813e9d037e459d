package threats_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/threats"
	"entente/internal/store"
)

// large is a bundle of the size of a large published collection: 25,000 objects.
func large() []byte {
	var b bytes.Buffer
	b.WriteString(`{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[` + group)
	for o := range stix.Synthetic(25_000, 1, nil) {
		b.WriteByte(',')
		b.Write(o)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// BenchmarkLibrary reads a large collection as the first question after a start
// does.
func BenchmarkLibrary(b *testing.B) {
	st, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "work.entente"), store.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	data := large()
	if _, _, err := threats.Add(b.Context(), st, why, attack, data); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := threats.Open(st).At(b.Context(), handling.Clear); err != nil {
			b.Fatal(err)
		}
	}
}
