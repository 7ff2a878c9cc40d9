#!/usr/bin/env node
import { keepCompiled } from './compile-cache.ts';

keepCompiled();
void import('./run.ts').then(({ run }) => run());
