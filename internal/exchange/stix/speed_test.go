package stix

import (
	"bytes"
	"testing"
)

var syntheticMarks = []ID{
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
}

// The synthetic corpus has the size and the shares of the real one that it
// stands for: 35 MB for 25,000 objects, four of five relationships.
func TestSynthetic(t *testing.T) {
	const n = 5000
	own := Writer{Name: "synthetic", Identities: []ID{SyntheticCreator}}
	kept := NewVersions()
	relations, size := 0, 0
	for raw := range Synthetic(n, 1, syntheticMarks) {
		o := mustRead(t, string(raw))
		if faults := Validate(o); len(faults) > 0 {
			t.Fatalf("%s: %v", raw, faults)
		}
		if verdict, faults := kept.Add(o, own); verdict != New {
			t.Fatalf("%s: %d %v", raw, verdict, faults)
		}
		size += len(raw)
		if o.Type() == "relationship" {
			relations++
		}
	}
	objects := len(kept.IDs())
	if share := float64(relations) / n; share < 0.75 || share > 0.85 {
		t.Errorf("%.2f of the objects are relationships, want 0.80", share)
	}
	if mean := size / n; mean < 1000 || mean > 1800 {
		t.Errorf("an object has %d bytes on average, want 1,400", mean)
	}
	if share := float64(n-objects) / n; share < 0.10 || share > 0.16 {
		t.Errorf("%.2f of the objects are later versions, want 0.13", share)
	}
	var a, b bytes.Buffer
	for raw := range Synthetic(50, 7, nil) {
		a.Write(raw)
	}
	for raw := range Synthetic(50, 7, nil) {
		b.Write(raw)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same seed gives other bytes")
	}
}

func corpus(n int) (list [][]byte, size int64) {
	for raw := range Synthetic(n, 1, syntheticMarks) {
		list = append(list, raw)
		size += int64(len(raw))
	}
	return list, size
}

// Reading and validating, as the door of a server does: the aim is 50,000
// objects a second on one core.
func BenchmarkValidate(b *testing.B) {
	list, size := corpus(2000)
	b.SetBytes(size / int64(len(list)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		o, faults := Parse(list[i%len(list)], DefaultLimits)
		if faults != nil || len(Validate(o)) > 0 {
			b.Fatal(faults)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

func BenchmarkDigest(b *testing.B) {
	list, size := corpus(2000)
	var objects []*Object
	for _, raw := range list {
		o, _ := Parse(raw, DefaultLimits)
		objects = append(objects, o)
	}
	b.SetBytes(size / int64(len(list)))
	for i := 0; b.Loop(); i++ {
		_ = objects[i%len(objects)].Digest()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

// From the stream of a bundle to validated objects.
func BenchmarkReadBundle(b *testing.B) {
	list, _ := corpus(2000)
	var objects []*Object
	for _, raw := range list {
		o, _ := Parse(raw, DefaultLimits)
		objects = append(objects, o)
	}
	var text bytes.Buffer
	if err := WriteBundle(&text, objects); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if got, _, err := ReadAll(bytes.NewReader(text.Bytes()), DefaultStreamLimits); err != nil || len(got) != len(list) {
			b.Fatal(len(got), err)
		}
	}
	b.ReportMetric(float64(b.N*len(list))/b.Elapsed().Seconds(), "objects/s")
}
