#!/usr/bin/env node
import { keepCompiled } from './compile-cache.ts';
import { keepHeapLean } from './lean-heap.ts';

keepHeapLean();
keepCompiled();
void import('./run.ts').then(({ run }) => run());
