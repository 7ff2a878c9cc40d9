#!/usr/bin/env node
import { keepCompiled } from './compile-cache.ts';
import { keepHeapLean } from './lean-heap.ts';

const lean = keepHeapLean(process.argv.slice(2));
keepCompiled(lean ? 'lean' : '');
void import('./run.ts').then(({ run }) => run());
