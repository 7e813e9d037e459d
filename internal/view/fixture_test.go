package view

import (
	"sync"
	"testing"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
)

// theCorpus is the default corpus, read once for all tests.
var theCorpus = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

func builder(t *testing.T) Builder {
	t.Helper()
	c, err := theCorpus()
	if err != nil {
		t.Fatal(err)
	}
	return Builder{c}
}
