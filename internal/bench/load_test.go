package main

import (
	"testing"

	"entente/corpora"
	"entente/internal/datapackage"
)

// BenchmarkLoadLarge reads the synthetic corpus, a hundred times the default one.
func BenchmarkLoadLarge(b *testing.B) {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir() + "/large"
	if err := datapackage.WriteDir(synthetic(c, 10), dir); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := datapackage.ReadDir(dir); err != nil {
			b.Fatal(err)
		}
	}
}
