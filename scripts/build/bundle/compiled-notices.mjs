/** Three clauses; `who` may not be used to endorse, `by` disclaim. */
const bsd3 = (copyrights, who, by) => `${copyrights.join('\n')}

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

* Redistributions of source code must retain the above copyright notice, this list of conditions and the following
  disclaimer.

* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
  disclaimer in the documentation and/or other materials provided with the distribution.

* Neither the name of ${who} nor the names of its contributors may be used to endorse or promote products derived from
  this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY ${by} "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL ${by} BE
LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED
TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR
OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

const APACHE = 'Apache License 2.0; its text is under livekit-client.';

/** Software inside the WebAssembly of packages that is not a package here. */
export const COMPILED_IN = [
  {
    title: 'TensorFlow Lite (in segmenter.wasm, of @twilio/video-processors)',
    page: 'https://github.com/tensorflow/tensorflow',
    terms: `Copyright The TensorFlow Authors. ${APACHE}
With FlatBuffers, gemmlowp and ruy, copyright Google LLC, under the same licence.`,
  },
  {
    title: 'XNNPACK, with cpuinfo, FP16, FXdiv and pthreadpool (in segmenter.wasm)',
    page: 'https://github.com/google/XNNPACK',
    terms: bsd3(
      [
        'Copyright (c) Facebook, Inc. and its affiliates. All rights reserved.',
        'Copyright 2019 Google LLC',
        'Copyright (c) 2016 Marat Dukhan',
      ],
      'Facebook',
      'THE COPYRIGHT HOLDERS AND CONTRIBUTORS',
    ),
  },
  {
    title: 'MediaPipe Selfie Segmentation (selfie-model.tflite)',
    page: 'https://github.com/google-ai-edge/mediapipe',
    terms: `Copyright The MediaPipe Authors. ${APACHE}`,
  },
  {
    title: 'RNNoise (in noise.wasm and noise-simd.wasm, of @sapphi-red/web-noise-suppressor)',
    page: 'https://github.com/xiph/rnnoise',
    terms: bsd3(
      [
        'Copyright (c) 2020, Joe Neeman',
        'Copyright (c) 2017, Mozilla',
        'Copyright (c) 2007-2017, Jean-Marc Valin',
        'Copyright (c) 2005-2017, Xiph.Org Foundation',
        'Copyright (c) 2003-2004, Mark Borgerding',
      ],
      'the Xiph.Org Foundation',
      'THE COPYRIGHT HOLDERS AND CONTRIBUTORS',
    ),
  },
  {
    title: '@shiguredo/rnnoise-wasm 2022.2.0 (in @sapphi-red/web-noise-suppressor)',
    page: 'https://github.com/shiguredo/rnnoise-wasm',
    terms: `Copyright 2021-2022 Shiguredo Inc. ${APACHE}`,
  },
  {
    title: 'wasm-feature-detect 1.9.0 (in @sapphi-red/web-noise-suppressor)',
    page: 'https://github.com/GoogleChromeLabs/wasm-feature-detect',
    terms: `Copyright Google Inc. ${APACHE}`,
  },
];
