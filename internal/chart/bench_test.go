package chart

import "testing"

func BenchmarkTileMap(b *testing.B) {
	for b.Loop() {
		if _, err := TileMap(nil, mapOpts); err != nil {
			b.Fatal(err)
		}
	}
}
