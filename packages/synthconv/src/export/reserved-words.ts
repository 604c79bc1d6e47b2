/**
 * Words of letters and digits that a function of the language cannot be called: its keywords and types, what it reserves,
 * and what the written text calls itself. From the GLSL ES 3.00 specification (sec. 3.8 and 8), WGSL (sec. 3.9, 16.1 and
 * 16.2) and ECMAScript (sec. 12.7.2) with the words of strict code.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const GLSL_WORDS: ReadonlySet<string> = words(`
  attribute const uniform varying layout centroid flat smooth break continue do for while switch case default if else in
  out inout float int void bool true false invariant discard return mat2 mat3 mat4 mat2x2 mat2x3 mat2x4 mat3x2 mat3x3
  mat3x4 mat4x2 mat4x3 mat4x4 vec2 vec3 vec4 ivec2 ivec3 ivec4 bvec2 bvec3 bvec4 uint uvec2 uvec3 uvec4 lowp mediump highp
  precision sampler2D sampler3D samplerCube sampler2DShadow samplerCubeShadow sampler2DArray sampler2DArrayShadow
  isampler2D isampler3D isamplerCube isampler2DArray usampler2D usampler3D usamplerCube usampler2DArray struct
  coherent volatile restrict readonly writeonly resource noperspective patch sample subroutine common partition active asm
  class union enum typedef template this goto inline noinline public static extern external interface long short double
  half fixed unsigned superp input output hvec2 hvec3 hvec4 dvec2 dvec3 dvec4 fvec2 fvec3 fvec4 sampler3DRect filter
  image1D image2D image3D imageCube iimage1D iimage2D iimage3D iimageCube uimage1D uimage2D uimage3D uimageCube
  sizeof cast namespace using sampler1D sampler1DShadow sampler2DRect main
  radians degrees sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow exp log exp2 log2 sqrt inversesqrt abs
  sign floor trunc round roundEven ceil fract mod modf min max clamp mix step smoothstep isnan isinf length distance dot
  cross normalize faceforward reflect refract matrixCompMult outerProduct transpose determinant inverse lessThan any all
  not equal notEqual texture texelFetch dFdx dFdy fwidth colour`);

export const WGSL_WORDS: ReadonlySet<string> = words(`
  alias break case const continue continuing default diagnostic discard else enable false fn for if let loop override
  requires return struct switch true var while
  NULL Self abstract active alignas alignof as asm async attribute auto await become cast catch class common compile
  concept constexpr constinit crate debugger decltype delete demote do dynamic enum explicit export extends extern external
  fallthrough filter final finally friend from fxgroup get goto groupshared highp impl implements import inline instanceof
  interface layout lowp macro match mediump meta mod module move mut mutable namespace new nil noexcept noinline null
  operator package packoffset pass patch pixelfragment precise precision premerge priv protected pub public readonly ref
  regardless register restrict resource sampler self set shared sizeof smooth snorm static super target template this throw
  trait try type typedef typeid typename typeof union unless unorm unsafe unsized use using varying virtual volatile
  wgsl where with writeonly yield
  bool i32 u32 f32 f16 vec2 vec3 vec4 vec3f array clamp mix select max min exp log sqrt abs tanh colour`);

export const TYPESCRIPT_WORDS: ReadonlySet<string> = words(`
  await break case catch class const continue debugger default delete do else enum export extends false finally for
  function if import in instanceof new null return super switch this throw true try typeof var void while with yield let
  static implements interface package private protected public eval arguments undefined NaN Infinity Float32Array Math
  Array number erf red green blue`);
