// Package web is the browser's face of Entente: server-rendered pages that work
// without scripts, each with a JSON and a CSV twin at the same address that obey
// the same query.
//
// To add a page: write one file page_x.go with a builder and its data type, one
// template templates/x.html, and one line in the list of pages.go. The twins, the
// sources with their citations, the settings in words, caching, errors, the
// OpenAPI document and the tests follow from that line.
//
// The corpus is immutable, so a page is rendered once per address and kept.
package web
